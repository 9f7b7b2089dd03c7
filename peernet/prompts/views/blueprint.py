"""The blueprint on which the modules beside register their pages."""

from flask import Blueprint

blueprint = Blueprint("prompts", __name__)
