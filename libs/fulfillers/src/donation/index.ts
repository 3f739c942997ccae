export { DonationFulfillerModule as default } from './donation.module.js';
