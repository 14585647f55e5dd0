"""The bundled sites of the demo (meoktong/demo), described like any other source."""
