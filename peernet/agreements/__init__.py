"""Agreements: ground rules, the Chatham House Rule, the privacy notice; each in versions, and who agreed to which."""
