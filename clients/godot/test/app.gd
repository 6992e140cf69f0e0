# The app that `npm run prove:clients -- --client godot` kills: it makes intents, and writes each outcome that it gets to a file
# before it says that it has handled it. Its settings are JSON in ONCEWARD_APP.
extends SceneTree

const Outbox = preload("res://addons/onceward/outbox.gd")
const Operations = preload("res://addons/onceward/operations.gd")
const MOST_WAITING = 8

var settings = {}
var outbox = null
var handled = {}
var path = ""


func _init():
	settings = parse_json(OS.get_environment("ONCEWARD_APP"))
	path = settings.folder.plus_file("outcomes")
	_read_handled()
	outbox = Outbox.new()
	outbox.url = settings.url
	outbox.token = settings.token
	outbox.timeout_seconds = 2
	outbox.connect("settled", self, "_on_settled")
	get_root().add_child(outbox)
	outbox.start(settings.player, settings.folder.plus_file("outbox"))
	print("started")


func _idle(_delta):
	var waiting = outbox.intents().size()
	for number in range(1, int(settings.intents) + 1):
		if waiting >= MOST_WAITING:
			break
		var name = "intent-%d" % number
		if handled.has(name) or _is_waiting(name):
			continue
		outbox.send(Operations.EXCHANGE, {"exchange": settings.exchange}, name)
		waiting += 1
	if waiting == 0:
		quit()
	return false


func _is_waiting(name):
	for intent in outbox.intents():
		if intent.name == name:
			return true
	return false


func _on_settled(intent):
	_append(to_json({"name": intent.name, "key": intent.key, "outcome": to_json(intent.outcome)}) + "\n")
	handled[intent.name] = true
	outbox.handled(intent.key)


func _append(text):
	var file = File.new()
	if file.open(path, File.READ_WRITE) != OK:
		file.open(path, File.WRITE)
	file.seek_end()
	file.store_string(text)
	file.close()


# The process before may have been killed within its last line, which then was not handled.
func _read_handled():
	var file = File.new()
	if file.open(path, File.READ) == OK:
		var lines = file.get_as_text().split("\n")
		for index in range(lines.size() - 1):
			if lines[index].ends_with("}"):
				handled[parse_json(lines[index]).name] = true
		file.close()
	# Ends a line that was cut off.
	_append("\n")
