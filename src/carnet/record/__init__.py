"""What a health fact is: metrics, units, days, samples on their way in and out. Pure."""
