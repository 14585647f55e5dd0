"""The bundled replay sites and the one command that shows the whole job."""
