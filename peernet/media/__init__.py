"""Bytes, images, films and quotas, in a local folder.

``names`` and ``polyglots`` refuse what deceives, ``images`` makes an image safe that was brought, ``recognising`` knows
films, recordings and PDFs by their structure and ``incoming`` takes them in; ``folder`` puts it all on disk
and ``bucket`` into a store that speaks S3 (``shelf`` says which is in use, ``moving`` copies from one to the other),
``store`` keeps the row, ``access`` finds it again for those who may have it.
"""
