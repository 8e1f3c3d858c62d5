"""Question files of other systems, read and written: Moodle XML and GIFT."""
