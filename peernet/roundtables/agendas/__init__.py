"""The agenda of a roundtable as steps, and the methods that agendas are built from."""
