"""How the academy is run: settings, commands, files, worker."""
