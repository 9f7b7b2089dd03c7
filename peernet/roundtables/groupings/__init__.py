"""Who sits with whom at a roundtable: formed with the memory of who met whom, announced, and repaired."""
