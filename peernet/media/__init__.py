"""Bytes, images and quotas, in a local folder."""
