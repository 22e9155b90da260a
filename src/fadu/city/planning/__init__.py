"""年度工作方案: the plan as it was read, its tasks proposed and confirmed, each then a case of ``work_task``."""
