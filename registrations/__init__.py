"""Who signs up for what: people, forms in versions, registrations, places, exports."""
