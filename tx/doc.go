// Package tx knows what a transaction looks like: it turns bytes into a
// transaction (strictly, with bounds) and back, makes the bytes that are signed
// and checks signatures over them, and knows who signs which message. All of
// its rules need no state; whether an account may sign, pay and go on belongs
// to app/auth, what a message does to the modules.
package tx
