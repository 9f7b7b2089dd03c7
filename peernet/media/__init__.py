"""Bytes, images and quotas, in a local folder.

``images`` makes what was brought safe, ``folder`` puts it on disk, ``store`` keeps the row, ``access`` finds it again
for those who may have it.
"""
