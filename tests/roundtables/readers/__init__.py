"""Our calendars read by programs that others wrote: khal with vdirsyncer, and libical (GNOME, KDE, Cyrus)."""
