"""The duties by which a procedure finds the organ that has a task, and their names as offices write them."""

from __future__ import annotations

TITLES = {
    "government": "人民政府", "government_office": "政府办公厅（室）", "party_committee": "党委",
    "congress": "人民代表大会常务委员会", "court": "人民法院", "procuratorate": "人民检察院",
    "legality_review": "合法性审查", "rule_of_law_office": "法治政府建设统筹", "reconsideration": "行政复议",
    "document_filing": "规范性文件备案审查", "enforcement_supervision": "行政执法监督", "legal_services": "公共法律服务",
    "mediation": "调解", "law_publicity": "法治宣传教育", "arbitration": "仲裁",
    "supervision": "监察", "inspection": "督查", "audit": "审计", "petition": "信访",
    "disclosure": "政府信息公开", "government_services": "政务服务", "linked_approval": "联动审批",
    "registration": "市场主体登记", "big_data": "政务数据管理", "archives": "档案管理", "staffing": "机构编制管理",
    "fair_competition_review": "公平竞争审查", "market_regulation": "市场监督管理", "price": "价格管理",
    "development": "发展和改革", "finance": "财政", "procurement_supervision": "政府采购监督", "education": "教育",
    "public_security": "公安", "civil_affairs": "民政", "human_resources": "人力资源和社会保障",
    "natural_resources": "自然资源", "forestry": "林业和草原", "ecology": "生态环境", "housing": "住房和城乡建设",
    "urban_management": "城市管理", "transport": "交通运输", "agriculture": "农业农村", "health": "卫生健康",
    "emergency": "应急管理",
}  # fmt: skip


def title(name: str) -> str:
    """The name of a duty; one that only a local law file knows is called by what that file calls it."""
    return TITLES.get(name, name)
