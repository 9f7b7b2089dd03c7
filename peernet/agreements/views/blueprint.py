"""The blueprint that the views of this room hang on."""

from flask import Blueprint

blueprint = Blueprint("agreements", __name__)
