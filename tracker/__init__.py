"""The Data skills tracker."""

import gc

# Half a million objects are made while the service is loaded, and stay. At its usual pace the collector looks through
# them again and again, which is a sixth of the time in which a command or a server starts.
gc.set_threshold(50_000, 20, 20)
