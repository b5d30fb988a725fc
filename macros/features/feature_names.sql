{#- The features: the columns of customer_features that models can use, and those of the project's own
    feature models. The feature catalog has a row for each of them, and a test holds the two equal. -#}
{% macro feature_names() %}
    {{ return(covey.with_own_features([
        'recency_days', 'order_count', 'monetary', 'average_order_value', 'margin_share',
        'orders_per_active_month', 'days_since_first_order', 'cadence_days', 'cadence_variation',
        'days_overdue', 'items_per_order', 'products_per_order', 'returned_line_share',
        'discount_share', 'coupon_order_share', 'refund_share', 'category_entropy',
        'top_category_share', 'new_category_rate', 'brand_loyalty', 'session_count',
        'average_session_minutes', 'site_minutes', 'pages_per_session', 'minutes_per_page',
        'bounce_share', 'product_view_count', 'search_count', 'search_session_share',
        'engagement_velocity', 'days_since_last_session', 'session_conversion_rate',
        'cart_session_share', 'checkout_session_share', 'checkout_completion_share', 'cart_count',
        'average_cart_value', 'cart_abandonment_share', 'days_to_first_order', 'path_entropy',
        'message_count', 'open_rate', 'click_rate', 'click_to_open_rate', 'unsubscribe_count',
        'complaint_count', 'days_since_last_click', 'store_order_share', 'mobile_session_share',
        'device_type_count', 'weekend_session_share', 'evening_session_share',
        'home_region_session_share', 'nearest_store_km', 'weekend_order_share', 'store_visit_count',
        'loyalty_scan_count', 'device_signal_count', 'call_count', 'offline_share',
        'trait_price_sensitivity', 'trait_brand_loyalty', 'trait_adventurousness',
        'trait_sustainability', 'age_years', 'income', 'household_size', 'tenure_days',
    ])) }}
{% endmacro %}
