# Nothing to add to the editor: use outbox.gd and operations.gd from your scripts.
tool
extends EditorPlugin
