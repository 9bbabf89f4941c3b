"""ODK Collect and other OpenRosa 1.0 apps: forms and the day's enterprises out, filled forms in as visits."""
