# Carries each intent from the moment it is stored to exactly one final outcome, through lost replies, crashes and restarts.
# Key and input are stored before the first byte is sent, sent again unchanged until there is a final answer, and removed only
# after the game has called handled(). Godot 3. Add it to the scene tree, call start(), and connect "settled".
extends Node

# An intent has ended. `intent` has key, name, operation, and outcome: {kind, ...}, where kind is "result" (result: the answer
# as in the schema), "fault" (code, message, certain), "expired" (certain) or "withdrawn". Store what it changes, then call
# handled(intent.key). Until then it is kept, and emitted again after a restart.
signal settled(intent)
signal changed

const MAX_AGE_MS = 29 * 86400000
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30000
const PATIENCE_MS = 60000
const SIGNED_OUT_PAUSE_MS = 60000
const NOTE_TIME_EVERY_MS = 3600000

# Such as https://rewards.example.com/graphql.
var url = ""
# The player's token; empty: nobody is signed in. Set it again, and call wake(), when "status" is "signed_out".
var token = ""
var timeout_seconds = 15
# "idle", "sending", "retrying", "signed_out" or "storage_failed".
var status = "idle"

var _folder = ""
var _intents = []
var _pauses = {}
var _attempts = {}
var _uncertain = {}
var _withdrawn = {}
var _emitted = {}
var _order = 0
var _latest_time = 0
var _time_noted_at = 0
var _sending = null
var _http = null
var _random = RandomNumberGenerator.new()


# Reads what earlier runs left for this player, and begins to send. Each player of a device has a folder of their own.
func start(player_id, folder = "user://onceward"):
	_random.randomize()
	_folder = folder.plus_file(player_id.sha256_text().substr(0, 32))
	var directory = Directory.new()
	directory.make_dir_recursive(_folder)
	_load(directory)
	_http = HTTPRequest.new()
	_http.timeout = timeout_seconds
	_http.connect("request_completed", self, "_on_completed")
	add_child(_http)
	set_process(true)


# Stores an intent and sends it. Returns its key, or "" where it could not be stored: then nothing is sent. While an intent of the
# name is in the outbox, sending the name again returns that one: a double tap is one intent. A dependent intent waits for those
# before it, however long they have to wait.
func send(operation, input, name = "", dependent = false):
	for intent in _intents:
		if name != "" and intent.name == name:
			return intent.key
	var key = Crypto.new().generate_random_bytes(16).hex_encode()
	var whole = input.duplicate()
	whole["idempotencyKey"] = key
	# The body is stored as text: JSON that is read turns integers into floats.
	var intent = {
		"key": key,
		"order": _order + 1,
		"name": name,
		"operation": operation.name,
		"body": to_json({"query": operation.document, "variables": {"input": whole}}),
		"dependent": dependent,
		"made_at": _wall(),
		"first_sent_at": null,
		"outcome": null,
	}
	if not _write(intent):
		return ""
	_order += 1
	_intents.append(intent)
	_show(status)
	return key


# The game has stored what an outcome changed: the intent is removed.
func handled(key):
	for intent in _intents:
		if intent.key == key and intent.outcome != null:
			Directory.new().remove(_file_of(intent))
			_intents.erase(intent)
			for memory in [_pauses, _attempts, _uncertain, _withdrawn, _emitted]:
				memory.erase(key)
			_show("sending")
			return


# Ends an intent that was never sent as "withdrawn". One that was sent goes on.
func withdraw(key):
	_withdrawn[key] = true


# Tries again at once: after the player has signed in, or the network is back.
func wake():
	for key in _pauses.keys():
		if not _pauses[key].requested:
			_pauses.erase(key)


# In the order in which they are sent.
func intents():
	return _intents.duplicate(true)


func _ready():
	set_process(_http != null)


func _process(_delta):
	if _sending == null:
		_step()


func _step():
	_note_time()
	for intent in _intents:
		if intent.outcome != null:
			if not _emitted.has(intent.key):
				_emitted[intent.key] = true
				emit_signal("settled", intent.duplicate(true))
				return
		elif _wall() - intent.made_at > MAX_AGE_MS:
			_settle(intent, {"kind": "expired", "certain": not _uncertain.has(intent.key)})
			return
	var is_first = true
	for intent in _intents:
		if intent.outcome != null:
			continue
		if is_first or not intent.dependent:
			var pause = _pauses.get(intent.key)
			if pause == null or pause.until <= OS.get_ticks_msec():
				_send_now(intent)
				return
			if not pause.aside:
				return
		is_first = false
	if _intents.empty() and status != "idle":
		_show("idle")


func _send_now(intent):
	if token == "":
		_signed_out(intent)
		return
	if intent.first_sent_at == null:
		if _withdrawn.has(intent.key):
			_settle(intent, {"kind": "withdrawn"})
			return
		intent.first_sent_at = _wall()
		if not _write(intent):
			intent.first_sent_at = null
			_retry(intent, 0, "storage_failed")
			return
	_show("retrying" if _attempts.has(intent.key) else "sending")
	var headers = ["content-type: application/json", "authorization: Bearer " + token]
	_sending = intent
	if _http.request(url, headers, true, HTTPClient.METHOD_POST, intent.body) != OK:
		_on_completed(HTTPRequest.RESULT_CANT_CONNECT, 0, [], PoolByteArray())


func _on_completed(result, response_code, headers, body):
	var intent = _sending
	_sending = null
	if intent == null:
		return
	var answer = null
	if result == HTTPRequest.RESULT_SUCCESS:
		var parsed = JSON.parse(body.get_string_from_utf8())
		if parsed.error == OK and parsed.result is Dictionary:
			answer = parsed.result
	if answer == null:
		_lost(intent)
	elif answer.get("errors") is Array and not answer.errors.empty():
		_on_fault(intent, answer.errors[0], _retry_after_ms(headers))
	elif answer.get("data") is Dictionary and answer.data.has("result"):
		_settle(intent, {"kind": "result", "result": answer.data.result})
	else:
		_lost(intent)


func _on_fault(intent, error, retry_after_ms):
	var extensions = error.get("extensions", {})
	var code = extensions.get("code", "")
	if code == "":
		_lost(intent)
	elif code == "UNAUTHENTICATED" and not extensions.get("retryable", false):
		_signed_out(intent)
	elif extensions.get("retryable", false):
		if code == "INTERNAL" or code == "UNAVAILABLE":
			_uncertain[intent.key] = true
		_retry(intent, retry_after_ms, "retrying")
	else:
		_settle(intent, {
			"kind": "fault",
			"code": code,
			"message": error.get("message", ""),
			"field": extensions.get("field"),
			"correlation_id": extensions.get("correlationId"),
			"certain": not _uncertain.has(intent.key),
		})


# No readable answer: the operation may have been executed.
func _lost(intent):
	_uncertain[intent.key] = true
	_retry(intent, 0, "retrying")


func _signed_out(intent):
	_pauses[intent.key] = {"until": OS.get_ticks_msec() + SIGNED_OUT_PAUSE_MS, "aside": false, "requested": false}
	_show("signed_out")


# The pause doubles, and is shortened by up to half at random, so that the players of a game do not return all at once.
func _retry(intent, retry_after_ms, new_status):
	var count = _attempts.get(intent.key, 0)
	_attempts[intent.key] = count + 1
	var growing = min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * pow(2, count)) * _random.randf_range(0.5, 1.0)
	_pauses[intent.key] = {
		"until": OS.get_ticks_msec() + max(growing, retry_after_ms),
		"aside": retry_after_ms > PATIENCE_MS,
		"requested": retry_after_ms > 0,
	}
	_show(new_status)


# A storage that cannot take the outcome is no reason to keep it from the game: sent again, the intent gets the same one.
func _settle(intent, outcome):
	intent.outcome = outcome
	_pauses.erase(intent.key)
	_write(intent)
	_show("sending")


func _retry_after_ms(headers):
	for header in headers:
		if header.to_lower().begins_with("retry-after:"):
			return clamp(float(header.split(":")[1].strip_edges()), 0, 604800) * 1000
	return 0


func _show(new_status):
	status = new_status
	emit_signal("changed")


# Ages are computed with the latest time ever seen: a clock that is set back makes no intent younger.
func _wall():
	_latest_time = max(_latest_time, OS.get_system_time_msecs())
	return _latest_time


func _note_time():
	if _wall() - _time_noted_at >= NOTE_TIME_EVERY_MS:
		_time_noted_at = _wall()
		_write_text(_folder.plus_file("clock"), str(_time_noted_at))


func _load(directory):
	if directory.open(_folder) != OK:
		return
	directory.list_dir_begin(true, true)
	var name = directory.get_next()
	while name != "":
		if name.ends_with(".json"):
			var intent = parse_json(_read_text(_folder.plus_file(name)))
			_intents.append(intent)
			_order = max(_order, intent.order)
			if intent.first_sent_at != null:
				_uncertain[intent.key] = true
		name = directory.get_next()
	directory.list_dir_end()
	_intents.sort_custom(self, "_comes_first")
	_latest_time = int(_read_text(_folder.plus_file("clock")))


func _comes_first(one, other):
	return one.order < other.order


func _file_of(intent):
	return _folder.plus_file("%012d-%s.json" % [int(intent.order), intent.key])


func _write(intent):
	return _write_text(_file_of(intent), to_json(intent))


# Written aside and renamed: whole or absent after a crash.
func _write_text(path, text):
	var file = File.new()
	if file.open(path + ".new", File.WRITE) != OK:
		return false
	file.store_string(text)
	var error = file.get_error()
	file.close()
	return error == OK and Directory.new().rename(path + ".new", path) == OK


func _read_text(path):
	var file = File.new()
	if file.open(path, File.READ) != OK:
		return ""
	var text = file.get_as_text()
	file.close()
	return text
