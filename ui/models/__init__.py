"""Item models over plain rows. They import no view."""
