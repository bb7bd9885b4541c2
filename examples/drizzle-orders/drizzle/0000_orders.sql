CREATE TABLE `confirmations` (
	`order_id` integer PRIMARY KEY NOT NULL,
	`text` text NOT NULL,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `orders` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`email` text NOT NULL,
	`product` text NOT NULL,
	`quantity` integer NOT NULL,
	FOREIGN KEY (`product`) REFERENCES `products`(`name`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `products` (
	`name` text PRIMARY KEY NOT NULL,
	`stock` integer NOT NULL
);
