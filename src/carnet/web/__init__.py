"""The pages: a local web application over HealthSpace. It reads no vault itself and makes no request to another host."""
