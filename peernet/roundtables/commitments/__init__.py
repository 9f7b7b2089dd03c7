"""What people took on at a roundtable: who, what, and until when."""
