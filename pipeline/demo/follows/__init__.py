"""The demo's second part: three simulated accounts' followers over a simulated week."""
