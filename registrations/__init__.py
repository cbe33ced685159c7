"""Who signs up for what. So far: the people themselves; programmes and forms come with sign-up."""
