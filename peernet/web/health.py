"""Whether the process lives (/healthz), and whether it can serve (/readyz). For load balancers and watchdogs."""

import logging

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from peernet.db import migrations
from peernet.web.request import database
from peernet.web.rules import Rule, rule

log = logging.getLogger("peernet.web")
blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@rule(Rule.ANYBODY)
def healthz() -> Response:
    """The process answers; nothing else is asked."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@rule(Rule.ANYBODY)
def readyz() -> Response:
    """The database answers and is at the revision that this version needs; else 503 with the reason."""
    try:
        present = migrations.present(database())
    except SQLAlchemyError as error:
        log.warning("Not ready: %s", error)
        return _not_ready("the database does not answer")
    if present != migrations.head():
        return _not_ready("the database is at another revision; run peernet upgrade")
    return jsonify(status="ready")


def _not_ready(reason: str) -> Response:
    response = jsonify(status="not ready", reason=reason)
    response.status_code = 503
    return response
