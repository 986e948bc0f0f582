"""Lists taken along as files, for those who are clients: see `app/common/exports.py`."""

from app.common.exports import Export, ExportFile, ExportKind, Shape, plain_cell

__all__ = ["Export", "ExportFile", "ExportKind", "Shape", "plain_cell"]
