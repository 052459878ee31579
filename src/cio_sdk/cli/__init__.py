"""The command `cio-sdk`: it loads files into Customer.io, and sees whether Customer.io can be reached."""
