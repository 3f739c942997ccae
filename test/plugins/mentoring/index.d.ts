import type { FulfillerModule } from '@order-fulfillment/fulfiller-kit';

declare const MentoringModule: FulfillerModule;
export default MentoringModule;
