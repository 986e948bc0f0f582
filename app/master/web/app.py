"""The HTTP side: metrics and health, in the master's own loop."""

from collections.abc import Callable

import prometheus_client
from fastapi import FastAPI, Response
from prometheus_client import CollectorRegistry

from app import __version__


def make_app(metrics: CollectorRegistry, ready: Callable[[], bool]) -> FastAPI:
    """The application; `ready` tells whether the master takes calls."""
    app = FastAPI(title="HiveMind Master", version=__version__, docs_url=None, redoc_url=None)

    @app.get("/metrics")
    async def get_metrics() -> Response:
        """The master's metrics in Prometheus' text format."""
        text = prometheus_client.generate_latest(metrics)
        return Response(text, media_type=prometheus_client.CONTENT_TYPE_LATEST)

    @app.get("/healthz")
    async def get_health(response: Response) -> dict[str, str]:
        """200 while the master serves, 503 while it starts or stops."""
        if ready():
            return {"status": "serving"}
        response.status_code = 503
        return {"status": "not serving"}

    return app
