"""H5P: packages and libraries checked, unpacked and served; what they teach is an Activity. No learner in here."""
