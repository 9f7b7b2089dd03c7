"""Who sits with whom: groups in which everyone meets everyone, as evenly as can be."""
