"""Three short questions to those who were at a roundtable, answered to those who lead and without a name."""
