"""The audit log taken along, for those who are clients: see `app/common/audit_export.py`."""

from app.common.audit_export import AUDIT_SHAPE

__all__ = ["AUDIT_SHAPE"]
