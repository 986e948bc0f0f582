"""What people ask for often, as parts of a draft."""

from typing import Any

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def presets() -> dict[str, dict[str, Any]]:
    """What people ask for often, by the name they see."""
    return {
        translate("Submission", "Small: 1 core, 512 MiB"): {
            "cores": "",
            "memory": "",
            "gpu_memory": "",
        },
        translate("Submission", "Medium: 4 cores, 4 GiB"): {
            "cores": "4",
            "memory": "4 GiB",
            "gpu_memory": "",
        },
        translate("Submission", "Large: 16 cores, 32 GiB"): {
            "cores": "16",
            "memory": "32 GiB",
            "gpu_memory": "",
        },
        translate("Submission", "GPU: 4 cores, 16 GiB, 8 GiB on the GPU"): {
            "cores": "4",
            "memory": "16 GiB",
            "gpu_memory": "8 GiB",
        },
    }
