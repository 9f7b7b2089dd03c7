"""Questions collected in the room and voted on. Who asked is kept where they gave their name, and nowhere else."""
