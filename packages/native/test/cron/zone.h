/* The process's time zone, for a test: set, and proved to be known to this system. */
#ifndef HONKER_TEST_ZONE_H
#define HONKER_TEST_ZONE_H

/* The zones of the property test: daylight saving in both hemispheres, half hours, changed offsets. */
extern const char *const property_zones[];

/* Ends the process with a message if the system has no data for the zone: it would be taken for UTC. */
void use_zone(const char *name);

#endif
