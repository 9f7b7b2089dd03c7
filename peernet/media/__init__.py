"""Bytes, images and quotas, in a local folder.

``names`` and ``polyglots`` refuse what deceives, ``images`` makes what was brought safe, ``folder`` puts it on disk,
``store`` keeps the row, ``access`` finds it again for those who may have it.
"""
