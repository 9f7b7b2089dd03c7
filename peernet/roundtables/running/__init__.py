"""The live room: an agenda that is run, step by step, with everybody who has its page open."""
