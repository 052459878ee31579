"""How fast the SDK is, beside other clients of Customer.io and bare httpx."""
