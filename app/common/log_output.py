"""Where log records go and how they look."""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

import structlog

from app.common.log_secrets import black_out, black_out_text
from app.common.places import log_folder

FILE_BYTES_MAX = 4 * 1024**2
FILES_MAX = 5


def configure_logs(level: str, *taps: structlog.typing.Processor) -> None:
    """Write records of `level` and above to standard error, through each of `taps`.

    For a person at a terminal they are lines with colours, for everything else one JSON
    object a line. Records of the standard library's loggers look the same. A program without
    standard error (with a window, or a service, on Windows) writes them to files.
    """
    number = logging.getLevelNamesMapping()[level]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        black_out,
    ]
    human = sys.stderr is not None and sys.stderr.isatty()
    last: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if human
        else [
            # Without the frames' variables: among them may be secrets.
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
            ),
            structlog.processors.JSONRenderer(),
        ]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = _handler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                *taps,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *last,
                black_out_text,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(number, logging.INFO))
    for chatty in ("alembic", "uvicorn"):
        logging.getLogger(chatty).setLevel(max(number, logging.WARNING))


def _handler() -> logging.Handler:
    if sys.stderr is not None:
        return logging.StreamHandler()
    folder = log_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return RotatingFileHandler(
        folder / f"{Path(sys.executable).stem}.log",
        maxBytes=FILE_BYTES_MAX,
        backupCount=FILES_MAX - 1,
        encoding="utf-8",
        delay=True,
    )
