"""Looks the installation and the index over, and mends what can be mended without a loss."""

from rag.doctor.finding import Finding
from rag.doctor.index import examine_index
from rag.doctor.installation import examine_installation, examine_settings

__all__ = ["Finding", "examine_index", "examine_installation", "examine_settings"]
