#!/bin/sh
# Free Chinese fonts for official documents (公文), from Debian's own packages.
#
# fonts-noto-cjk gives 黑体 and the wide fallback. The only free Simplified 仿宋 in Debian are the Fandol fonts inside
# texlive-lang-chinese; that package drags 100 MB of TeX behind it, so its font files alone are unpacked. A city that
# holds licences for 方正小标宋, 仿宋_GB2312 and 楷体_GB2312 puts those files under a font folder (or names the
# folder in FADU_FONTS) and they are taken first; see src/fadu/core/text/typeset/fonts.toml.
set -eu
target=${FADU_FONT_TARGET:-/usr/local/share/fonts/fandol}
[ "$(dpkg-query -W -f '${db:Status-Status}' fonts-noto-cjk 2>/dev/null || true)" = installed ] ||
    apt-get install -y -q --no-install-recommends fonts-noto-cjk
if [ -f "$target/FandolFang-Regular.otf" ]; then
    echo "字体已在：$target"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
(cd "$work" && apt-get download -q texlive-lang-chinese)
dpkg-deb -x "$work"/texlive-lang-chinese_*.deb "$work/unpacked"
mkdir -p "$target"
cp "$work"/unpacked/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/Fandol[FHKS]*.otf "$target"
cp "$work"/unpacked/usr/share/doc/texlive-doc/fonts/fandol/* "$target"
chmod 644 "$target"/*
if command -v fc-cache >/dev/null; then fc-cache "$target"; fi
echo "字体已装：$target"
