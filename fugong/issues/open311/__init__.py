"""Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2): requests of public kinds, read by anybody, filed by programs."""
