"""Follow graphs over HTTP: private unless the settings say otherwise."""
