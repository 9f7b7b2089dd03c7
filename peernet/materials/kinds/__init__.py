"""What a material has because of its kind: captions, a description with data, sections, chapters, a summary."""
