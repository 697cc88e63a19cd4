# Two commands: `make demo` shows Beffroi, `make test` checks it. Each is a thin line over cargo.

.PHONY: demo test

# Arguments go through ARGS: make demo ARGS="--fresh --reports 50000"
demo:
	cargo run --bin beffroi -- demo $(ARGS)

test:
	cargo xtask ci
