"""What a page hears while it is open: that something happened, never what. It fetches then what it may see."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from peernet import live
from peernet.live import Streams
from peernet.live.streams import CONTENT_TYPE, ENVIRON
from peernet.roundtables.running import inputs
from peernet.roundtables.running.listening import topic_of
from peernet.roundtables.views.room import blueprint, standing
from peernet.web.inputs import parse
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/live")
@rule(Rule.PERSON)
def stream(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """A stream of events after the one named by Last-Event-ID, or by ``after``. 204, upon which a browser does not come
    again, where no more can be held: the page asks for :func:`reached` now and then."""
    one = standing(slug, roundtable_id).roundtable
    given = {"after": request.headers.get("Last-Event-ID") or request.args.get("after", "")}
    after = parse(inputs.After, given).after
    streams: Streams | None = request.environ.get(ENVIRON)
    opened = streams.open(topic_of(one.id), viewer(), after) if streams else None
    if opened is None:
        return Response(status=204)
    response = Response(opened, content_type=CONTENT_TYPE, direct_passthrough=True)
    # nginx would wait until a part of it is large enough.
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(opened.close)
    return response


@blueprint.get("/c/<slug>/roundtables/<int:roundtable_id>/live/reached")
@rule(Rule.PERSON)
def reached(slug: str, roundtable_id: int) -> ResponseReturnValue:
    """The number of the last event, for those without a stream: 304 as long as nothing happens."""
    one = standing(slug, roundtable_id).roundtable
    number = live.reached(db(), topic_of(one.id))
    response = Response(str(number), content_type="text/plain; charset=utf-8")
    response.set_etag(str(number))
    return response.make_conditional(request)
