"""What one person must see out of many rooms: my page, a cohort's inner page, what waits for whom."""
