# Everything starts here; `make` alone prints the menu. The work itself is done by tools/*.py (standard library only).

# The first Python from 3.11 on; another one: make PYTHON=/path/to/python …
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
FADU := .venv/bin/fadu
export ALLOW_MISSING
export PYTHONUTF8 := 1

.DEFAULT_GOAL := menu
.PHONY: menu python setup run check need test bench docs freeze clean

menu:
	@echo '法度 Fadu'
	@echo
	@echo '  make run      建成并启动一座示范城市，打印网址与登录账号     a demonstration city, up and running'
	@echo '  make test     备齐所需，在两种数据库上跑完整套测试           everything the tests need, then all of them'
	@echo '  make check    格式、规范、类型、分层、法律文件、快速测试     the inner loop, under two minutes'
	@echo '  make bench    与基准并列的速度比值                           ratios beside their baselines'
	@echo '  make setup    只准备环境（得到 .venv/bin/fadu）              the environment alone'
	@echo
	@echo '  make need     列出测试要用的系统程序，缺的装上               system programs: name, install'
	@echo '  make docs     由程序重写 docs/ 中的生成页                    rewrite the generated pages'
	@echo '  make freeze   按现有环境重写 constraints.txt                 pin what the environment holds'
	@echo '  make clean    删去可再生的缓存与报告（不动 var/ 与 .venv）   remove caches and reports'
	@echo
	@echo '  某样系统程序装不上：make test ALLOW_MISSING="chromium go"（相关测试跳过，其余照跑）'

python:
	@test -n "$(PYTHON)" || { echo '✗ 找不到 Python 3.11 或更新的版本；可写 make PYTHON=/path/to/python …' >&2; exit 1; }

setup: python
	@$(PYTHON) -m tools.setup --extra dev

# Only what running needs is installed, so that the first page comes soon.
run: python
	@$(PYTHON) -m tools.setup --extra run
	@exec $(FADU) run --demo $(if $(PORT),--port $(PORT))

check: setup
	@$(PYTHON) -m tools.suite --check

need: python
	@$(PYTHON) -m tools.need --install

test: setup need
	@$(PYTHON) -m tools.suite --all

bench: setup
	@$(PYTHON) -m tools.setup --extra bench
	@$(PYTHON) -m tools.need --install --bench
	@.venv/bin/python -m benchmarks.run $(ONLY)

docs: setup
	@.venv/bin/python -m tools.docs

freeze: setup
	@$(PYTHON) -m tools.setup --freeze

clean:
	@rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo '✓ 已清理'
