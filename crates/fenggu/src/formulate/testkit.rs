//! Small networks and readers of rooms, for the rooms' tests.
